"""The instances service: its schema, its documents, its store. It uses the library's public names only.

from paramql.instances import SCHEMA, load

keep = pq.compile(SCHEMA.parse("org=digdir&lastChanged=gt:2019-05-01").where, "python")
keep(load(document))
"""

from paramql.instances.described import EXAMPLES
from paramql.instances.document import load
from paramql.instances.generator import generate
from paramql.instances.schema import SCHEMA
from paramql.instances.store import Store, create

__all__ = ["EXAMPLES", "SCHEMA", "Store", "create", "generate", "load"]
