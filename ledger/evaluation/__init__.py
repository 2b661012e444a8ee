"""Evaluation (rows I1 to I4, I7, I8): what parties and mediators say afterwards, and its close."""
