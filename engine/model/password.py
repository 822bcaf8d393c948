"""Which passwords are too easy to guess.

A guesser tries known passwords, words about the person, runs of keys and repetitions first, and their combinations. So those
parts of a password count as one character each, and what is left must still be long enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise

MIN_LENGTH = 10
MIN_DISTINCT = 5
MIN_PARTS = 6  # after every part that can be guessed counts as one character

# Words that passwords are made of most often, in the languages spoken here, and those that this program suggests.
COMMON_WORDS = frozenset(
    """
    password passwort passwords passw0rd contraseña contrasena contrasenya clave acceso secreto secret motdepasse senha parola
    admin administrator administrador root usuario user login logins welcome bienvenido bienvenida hello hola letmein changeme
    changeit default temporal temporary access master superuser system test testing tester prueba pruebas demo sample example
    ejemplo guest invitado iloveyou teamo tequiero loveyou sunshine princess princesa dragon monkey football futbol baseball
    basketball shadow superman batman spiderman pokemon starwars michael jordan jennifer jessica ashley daniel andrea alejandro
    carlos charlie thomas robert soccer hockey killer trustno summer winter spring autumn verano invierno otoño primavera
    computer internet google amazon facebook windows microsoft samsung freedom whatever nothing cookie cheese pepper ginger
    flower butterfly chocolate banana orange matrix mustang ferrari mercedes barcelona realmadrid madrid sevilla valencia
    españa espana london england mexico chelsea liverpool arsenal juventus corazon estrella amigos familia mariposa
    relevo warehouse almacen logistics logistica brightpearl shipping company empresa tienda
    january february march april june july august september october november december
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado domingo
    """.split()  # noqa: SIM905 - a list of words
)
KEY_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjklñ", "asdfghjkl;", "zxcvbnm,.", "zxcvbnm,.-"),
    *("qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn", "!@#$%^&*()", '!"·$%&/()=', "1q2w3e4r5t6y7u8i9o0p"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.", "qazwsxedcrfvtgbyhnujmikolp"),
)
_SHORTEST_RUN = 3
_ROWS = tuple(row[::step] for row in KEY_ROWS for step in (1, -1))  # read either way
_BEGINNINGS = frozenset(row[at : at + _SHORTEST_RUN] for row in _ROWS for at in range(len(row) - _SHORTEST_RUN + 1))
_LOOKED_AT = 128  # of a password's characters; what is longer is not guessed
_SHORTEST_WORD = 4
_SUBSTITUTES = str.maketrans({"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"})
_DATE = re.compile(r"(?:\d{1,2}[/.-]?\d{1,2}[/.-]?)?(?:19|20)\d\d|(?:19|20)\d\d[/.-]?\d\d[/.-]?\d\d")
_NOT_WORD = re.compile(r"[\W_]+")


class Weakness(Enum):
    """Why a password is refused."""

    SHORT = "short"
    FEW_CHARACTERS = "few_characters"  # the same few again and again
    COMMON = "common"  # of known words, runs of keys and repetitions
    PERSONAL = "personal"  # of what is known about the person


def find_weakness(password: str, about: Iterable[str] = ()) -> Weakness | None:
    """What is wrong with a password; None if nothing is.

    `about`: facts about the person that others may know, such as e-mail address, name and company.
    """
    text = unicodedata.normalize("NFKC", password).casefold()[:_LOOKED_AT]
    if len(password) < MIN_LENGTH:
        return Weakness.SHORT
    if len(set(text)) < MIN_DISTINCT:
        return Weakness.FEW_CHARACTERS
    if _count_parts(text, COMMON_WORDS) < MIN_PARTS:
        return Weakness.COMMON
    if _count_parts(text, COMMON_WORDS.union(_words_of(about))) < MIN_PARTS:
        return Weakness.PERSONAL
    return None


def _words_of(about: Iterable[str]) -> frozenset[str]:
    """The texts and their words, also without what stands between them."""
    found: set[str] = set()
    for text in about:
        folded = unicodedata.normalize("NFKC", text).casefold().strip()
        words = [word for word in _NOT_WORD.split(folded) if word]
        found.update((folded, "".join(words), folded.partition("@")[0], *words))
    return frozenset(word for word in found if len(word) >= _SHORTEST_WORD)


def _count_parts(text: str, words: frozenset[str]) -> int:
    """The fewest parts that the text is made of; a word, a date, a run of keys and a repetition are one part each."""
    plain = text.translate(_SUBSTITUTES)
    fewest = [0] * (len(text) + 1)
    for end in range(1, len(text) + 1):
        fewest[end] = fewest[end - 1] + 1
        for start in range(max(0, end - 64), end - 1):
            if fewest[start] + 1 < fewest[end] and _is_one_part(text[start:end], plain[start:end], words):
                fewest[end] = fewest[start] + 1
        fewest[end] = _less_repetition(text, fewest, end)
    return fewest[-1]


def _is_one_part(part: str, plain: str, words: frozenset[str]) -> bool:
    return part in words or plain in words or _is_run(part) or _DATE.fullmatch(part) is not None


def _is_run(part: str) -> bool:
    if len(part) < _SHORTEST_RUN:
        return False
    if part[:_SHORTEST_RUN] in _BEGINNINGS and any(part in row for row in _ROWS):
        return True
    step = ord(part[1]) - ord(part[0])  # 0 where one character repeats
    if all(ord(after) - ord(before) == step for before, after in pairwise(part)):
        return True
    return part[::2] == part[1::2] and _is_run(part[::2])  # 112233


def _less_repetition(text: str, fewest: list[int], end: int) -> int:
    """What repeats the part right before it adds one."""
    best = fewest[end]
    for length in range(2, end // 2 + 1):
        start = end - length
        if text[start:end] == text[start - length : start]:
            best = min(best, fewest[start] + 1)
    return best
