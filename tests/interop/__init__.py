"""What we sign and prove, checked by programs that nobody here wrote."""
