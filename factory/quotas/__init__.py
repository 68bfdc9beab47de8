"""How much of what AWS counts does a catalogue need, and what when there is no more?"""
