"""Pages to files, and a picture of one."""
