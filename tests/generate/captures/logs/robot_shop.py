"""A keyword of Robot Framework's."""

from shop import main


def order():
    main()
