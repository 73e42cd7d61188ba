"""What ``make fuzz`` is made of: seeds, damage, targets, and the process in which they run."""
