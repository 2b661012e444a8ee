"""The institution's own record: founding, operators, rule profiles adopted, lessons."""
