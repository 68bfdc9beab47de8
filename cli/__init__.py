"""What can a person ask of the factory? The `factory` command: thin verbs, imported when used."""
