"""What the operator of the services watches: counts, lags and states; nothing of any case.

A count over all cases tells of rooms nobody may know of, so it is given on a port of its own.
"""
