"""Evaluation (rows I2, I3, I8): what parties and mediators say afterwards, and its close."""
