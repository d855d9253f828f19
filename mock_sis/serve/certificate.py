"""A self-signed certificate for `--tls`, since some clients accept https only."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID = timedelta(days=365)


def write_certificate(folder: Path, *, now: datetime, host: str = "localhost") -> tuple[Path, Path]:
    """Write `mock.crt` and `mock.key` (0600) for localhost, the loopback addresses and *host*.

    A certificate that is already there and still valid for a day is kept, so that a client that was
    told to trust it goes on to.
    """
    certificate, key = folder / "mock.crt", folder / "mock.key"
    if not _usable(certificate, key, now):
        made = ec.generate_private_key(ec.SECP256R1())
        key.touch(mode=0o600)
        key.write_bytes(
            made.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        certificate.write_bytes(_signed(made, now, host).public_bytes(serialization.Encoding.PEM))
    return certificate, key


def _usable(certificate: Path, key: Path, now: datetime) -> bool:
    if not (certificate.is_file() and key.is_file()):
        return False
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    return found.not_valid_after_utc > now + timedelta(days=1)


def _signed(key: ec.EllipticCurvePrivateKey, now: datetime, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "passback mock")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + VALID)
        .add_extension(x509.SubjectAlternativeName(_names(host)), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _names(host: str) -> list[x509.GeneralName]:
    addresses = {"127.0.0.1", "::1"}
    hosts = {"localhost"}
    try:
        addresses.add(str(ipaddress.ip_address(host)))
    except ValueError:
        hosts.add(host)
    return [
        *(x509.DNSName(one) for one in sorted(hosts)),
        *(x509.IPAddress(ipaddress.ip_address(one)) for one in sorted(addresses)),
    ]
