"""Languages: the messages in Norwegian and English, and the forms of numbers and days."""
