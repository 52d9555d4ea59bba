"""What the world does to a till: bad input, bad disks, bad clocks, crashes. Real processes, real files."""
