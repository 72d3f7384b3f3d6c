"""The project folder: where its files are, opening it, writing a new one."""
