"""Selection, neutrality, challenge of the mediator (rows B4 to B23): events, commands, state."""
