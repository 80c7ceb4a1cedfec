"""The third front end over the same desk: line by line, for screen readers and the barest terminals."""
