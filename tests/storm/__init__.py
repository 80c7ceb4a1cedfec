"""The storm: real workers on a real store, killed, paused and lied to about the time."""
