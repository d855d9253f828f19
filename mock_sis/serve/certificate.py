"""A certificate for `--tls`, since some clients accept https only."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509

VALID = timedelta(days=365)
ALWAYS = ("localhost", "127.0.0.1", "::1")


def write_certificate(folder: Path, *, now: datetime, host: str = "localhost") -> tuple[Path, Path]:
    """Write `mock.crt` and `mock.key` (0600) for localhost, the loopback addresses and *host*.

    The first also holds the authority that signed it, so a client that trusts this file trusts the
    mock. One that is already there for *host* and still valid for a day is kept.
    """
    certificate, key = folder / "mock.crt", folder / "mock.key"
    if not _usable(certificate, key, now, host):
        authority = trustme.CA()
        made = authority.issue_cert(
            *dict.fromkeys([*ALWAYS, host]),
            not_before=now.astimezone(UTC) - timedelta(days=1),
            not_after=now.astimezone(UTC) + VALID,
        )
        key.touch(mode=0o600)
        key.write_bytes(made.private_key_pem.bytes())
        chain = [*made.cert_chain_pems, authority.cert_pem]
        certificate.write_bytes(b"".join(part.bytes() for part in chain))
    return certificate, key


def _usable(certificate: Path, key: Path, now: datetime, host: str) -> bool:
    if not (certificate.is_file() and key.is_file()):
        return False
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = {*names.get_values_for_type(x509.DNSName)}
    hosts |= {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return host in hosts and found.not_valid_after_utc > now + timedelta(days=1)
