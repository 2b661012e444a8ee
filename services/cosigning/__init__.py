"""Have the checkpoints of our own log cosigned by the witnesses that the institution named.

`witnesses` keeps who is asked, `standing` how far each has come, `rounds` asks them.
"""
