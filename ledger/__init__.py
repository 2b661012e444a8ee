"""What may happen in a mediation, and the record that it did."""
