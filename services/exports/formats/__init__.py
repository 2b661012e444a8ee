"""Write rows in the forms that tools of others read: each takes rows one by one, in flat memory."""
