"""A task of luigi's that fails."""

import luigi
from shop import main


class Orders(luigi.Task):
    def run(self):
        main()
