"""What is asked over HTTP in benchmarks."""

import http.client
import pathlib
import random

LOOPBACK = "127.0.0.1"
PARTS = """NorwegianIdentificationNumber Name Birth Gender Status Death AddressProtection
ResidentialAddress SharedResidence PresentAddress PostalAddress ForeignPostalAddress
PreferredContactAddress MaritalStatus FamilyRelation ParentalResponsibility
GuardianshipOrFuturePowerOfAttorney LegalAuthority DeprivedLegalAuthority Citizenship
CitizenshipRetention ResidencePermit ImmigrationToNorway EmigrationFromNorway StayOnSvalbard
BirthInNorway IdentityVerification IdentificationDocument ForeignPersonIdentificationNumber
ImmigrationAuthoritiesIdentificationNumber FalseIdentity ResiduaryEstateContactInformation
UseOfSamiLanguage SamiParliamentElectoralRegistryStatus CommonContactRegisterInformation""".split()

ONE = "/api/legal-basis/person/get-by-nin?informationParts="
MANY = "/api/legal-basis/person/bulk-by-nin?informationParts="
NAME = "Name,NorwegianIdentificationNumber"
ALL = ",".join(PARTS)


class Questions:
    """What wrk asks a server: numbers of a file, so many at a time, posted to one path; or, `get`,
    one at a time at the end of the path; or, `beside`, the path itself with a number beside it."""

    def __init__(self, numbers: pathlib.Path, path: str, at_once: int = 1, pause_ms: int = 0,
                 get: bool = False, beside: bool = False):
        self.numbers = numbers
        self.get = get
        self.beside = beside
        self.path = path
        self.at_once = at_once
        self.pause_ms = pause_ms

    @property
    def field(self) -> str:
        if self.get or self.beside:
            return "-" if self.get else "+"
        return "nin" if self.at_once == 1 else "nins"

    def arguments(self, port: int) -> list[str]:
        return [str(self.numbers), self.path, f"{LOOPBACK}:{port}", self.field, str(self.at_once),
                str(random.randrange(1 << 30)), str(self.pause_ms)]

    def ask(self, connection: http.client.HTTPConnection, numbers: list[str]) -> tuple[int, int]:
        """Status and body bytes of one answer."""
        if self.get:
            connection.request("GET", self.path + numbers[0])
        else:
            connection.request("POST", self.path, f"{self.field}={','.join(numbers)}",
                               {"api-version": "2",
                                "Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        return answer.status, len(answer.read())

    def mean_answer(self, port: int, samples: int) -> tuple[int, int]:
        """Mean and largest body over some of the numbers."""
        lines = self.numbers.read_text().split()
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
        sizes = [self.ask(connection, random.sample(lines, self.at_once))[1]
                 for _ in range(samples)]
        connection.close()
        return round(sum(sizes) / len(sizes)), max(sizes)

    def warm(self, port: int, accepted: tuple[int, ...] = (200,)) -> None:
        """Asks for everybody once."""
        lines = self.numbers.read_text().split()
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=60)
        for at in range(0, len(lines), self.at_once):
            status, _ = self.ask(connection, lines[at:at + self.at_once])
            if status not in accepted:
                raise RuntimeError(f"warming up was answered {status}")
        connection.close()
