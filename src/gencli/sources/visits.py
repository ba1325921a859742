"""The addresses that one command asks for: with a login where one is wanted, and nobody twice who asks for patience."""

from collections.abc import Callable, Mapping

from gencli.sources import logins, wikis
from gencli.sources.addresses import (
    NOTHING_KNOWN,
    Fetched,
    LoginWanted,
    PatienceWanted,
    Validators,
    refuse_other,
    site_of,
)
from gencli.sources.logins import Kept, Login
from gencli.sources.web import Known, fetch


class Visits:
    """Asks for one address after the other; `agent` says who asks, `kept` looks into the keyring."""

    def __init__(self, agent: str, environment: Mapping[str, str], kept: Callable[[str], Kept] = logins.kept) -> None:
        self._agent = agent
        self._environment = environment
        self._kept = kept
        self._found: dict[str, Kept] = {}
        self._patience: dict[str, PatienceWanted] = {}

    def __call__(self, address: str, known: Validators = NOTHING_KNOWN) -> Fetched:
        """What is behind an address, or that it is as it was when it gave what is `known`.

        Raises what `web.fetch` raises, `LoginWanted` also for a page that asks for a login.
        """
        refuse_other(address)
        site = site_of(address)
        if site in self._patience:
            raise self._patience[site]
        try:
            return self._entered(address, site, known)
        except PatienceWanted as error:
            self._patience[site] = error
            raise

    def _entered(self, address: str, site: str, known: Validators) -> Fetched:
        exported = logins.exported(self._environment, address)
        kept = self._found.get(site, Kept())
        try:
            return self._asked(address, exported or kept.login, known)
        except LoginWanted as error:
            # A keyring may have to be unlocked: it is asked where nothing else will do, and once.
            if exported is None and site not in self._found:
                kept = self._found[site] = self._kept(site)
                if kept.login is not None:
                    return self._entered(address, site, known)
            again = f"check {logins.LOGIN}" if exported else f"give the keyring another one: keyring set gencli {site}"
            error.hint = again if exported or kept.login else logins.hint(site, kept.trouble)
            raise

    def _asked(self, address: str, login: Login | None, known: Validators) -> Fetched:
        found = fetch(address, self._agent, known=Known(login, known))
        if wikis.wants_login(found.content):
            raise LoginWanted(f"{address} {'does not take its login' if login else 'wants a login'}")
        return found
