"""``python -m guanjia.cli``: the command under a Python of one's choice."""

import sys

from guanjia.cli import main

sys.exit(main())
