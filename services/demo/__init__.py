"""Load three invented cases: a river between two states, a staff grievance, a harbour of three."""
