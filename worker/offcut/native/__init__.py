"""What only Python on a computer has: where its models come from, photos from files, HTTP."""
