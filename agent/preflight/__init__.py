"""What the set-up of a district is worth, for `check`: facts in, findings out; pure.

Credentials that work prove little: a mapping to a category that the SIS does not have, or a teacher
group in which no class is complete, and nothing passes back, night after night.
"""
