"""Reading an official plan: bytes → lines → outline → findings. Pure Python; knows no database."""
