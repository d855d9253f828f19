"""The pages of control: clock, grading periods, registrar, faults, saved worlds; a module each."""
