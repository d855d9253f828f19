"""What a release is made of: wheel, sdist, a list of all parts (SBOM) and their licences."""
