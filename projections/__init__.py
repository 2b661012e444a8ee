"""What can be read: rows, tables, generations, feed and replay; and on them each view."""
