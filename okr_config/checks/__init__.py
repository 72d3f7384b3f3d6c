"""What one field alone cannot tell: problems between fields, between files."""
