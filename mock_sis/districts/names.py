"""Invented people: names in many spellings, the same for the same seed, none of a real person."""

import random


def _words(*lines: str) -> tuple[str, ...]:
    return tuple(word for line in lines for word in line.split())


GIVEN = _words(
    "Ada Amara Anaïs Andrés Ángela Bao Beatriz Björn Caleb Chiara Chloë Dafydd Dalia Darnell Elif",
    "Emeka Esmé Farah Félix Freya Gideon Grażyna Hana Hiro Imani Ines Ivo Jae Jamal Jorge Josefína",
    "Kai Keiko Kwame Lærke Leilani Lucía Mads Malik Mei Micah Naïma Ngozi Noor Océane Odin Omar",
    "Paloma Pavel Priya Quinn Rafael Renée Rohan Saoirse Sefa Siobhán Søren Tadhg Talia Theo Uma",
    "Usha Vida Wren Xóchitl Yara Yusuf Zoë Zuri",
)
FAMILY = _words(
    "Abara Acosta Ahlström Álvarez Anand Arslan Baptiste Begay Bianchi Boateng Brâncuși Calderón",
    "Çelik Chandra Cruz Dąbrowski Delacroix Diallo Dvořák Eklund Espinoza Fairweather Fernández",
    "Ferreira Gallagher García Gómez Greenfield Håkansson Hernández Hoang Ibáñez Iyer Jansen",
    "Jørgensen Kaplan Kowalczyk Kuroda Lindqvist López MacLeod Mbeki Méndez Moreau Müller Nakamura",
    "Nguyen Núñez O'Brien Okafor Özdemir Papadakis Peña Petrov Quiroga Ramírez Reyes Rousseau",
    "Sánchez Sato Schröder Sjöberg Smith-Jones Suárez Takahashi Tchaikova Tremblay Ueda Vandenberg",
    "Vásquez Washington Wójcik Yilmaz Zamora Zielińska",
)


def name(seed: int, kind: str, index: int) -> tuple[str, str]:
    """Given and family name of person *index* of a *kind*."""
    chance = random.Random(f"{seed}/{kind}/{index}")  # noqa: S311 - names, not secrets
    return chance.choice(GIVEN), chance.choice(FAMILY)
