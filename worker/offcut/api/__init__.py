"""What a program calls after ``import offcut``: the same in a browser and on a computer."""
