"""Files a viewer can take away: one JSON document, or one page to read, print and keep."""
