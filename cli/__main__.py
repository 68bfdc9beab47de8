"""What does `python -m cli` do? The same as `factory`."""

import sys

from cli.main import main

sys.exit(main())
