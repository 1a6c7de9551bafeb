"""Attachments of a delivery, read and encoded once for all who get them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from sqlalchemy import Engine

from guanjia.gateways.mail.message import Attachment, EncodedBundle, encode_bundle
from guanjia.store.sql import execute

_KEPT_BYTES: Final = 64 * 1024 * 1024


class Bundles:
    """Attachments, encoded once; the least recently used are forgotten when they grow too many."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[str, EncodedBundle] = OrderedDict()
        self._lock = threading.Lock()

    def encoded(self, bundle_digest: str | None) -> EncodedBundle:
        """The bundle of that digest, ready to be written into messages; None: no attachments."""
        if bundle_digest is None:
            return EncodedBundle()
        with self._lock:
            if bundle_digest in self._kept:
                self._kept.move_to_end(bundle_digest)
                return self._kept[bundle_digest]
            with self._engine.connect() as connection:
                rows = execute(connection, "outbox/read_bundle", bundle_digest=bundle_digest).all()
            files = [Attachment(row.file_name, row.content_type, bytes(row.content), row.content_id) for row in rows]
            self._kept[bundle_digest] = encode_bundle(files)
            while len(self._kept) > 1 and sum(map(_size, self._kept.values())) > _KEPT_BYTES:
                self._kept.popitem(last=False)
            return self._kept[bundle_digest]


def _size(bundle: EncodedBundle) -> int:
    return len(bundle.inline) + len(bundle.attached)
