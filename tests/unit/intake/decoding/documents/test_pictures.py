from __future__ import annotations

import io
from pathlib import Path

import pytest
from hostile import picture_of_endless_frames, picture_that_swells, picture_without_horizon
from PIL import Image

from intake.decoding.documents import pictures
from intake.vocabulary.document import Flag


def page(kind: str, size: tuple[int, int] = (600, 800), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "white").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "GIF", "BMP"])
def test_a_picture_is_a_scan(kind: str) -> None:
    octets = page(kind)
    document = pictures.read(octets)
    assert document.flags == (Flag.NO_TEXT_LAYER,)
    assert document.text == ""
    assert pictures.find_scans(octets) == [(0, 0)]
    with Image.open(io.BytesIO(pictures.render(octets, 0))) as grey:
        assert (grey.mode, grey.format) == ("L", "PPM")
        assert grey.size == (1200, 1600)


def test_a_logo_is_no_scan() -> None:
    assert pictures.read(page("PNG", (400, 120))).flags == ()


def test_a_fax_of_three_pages() -> None:
    out = io.BytesIO()
    frames = [Image.new("1", (600, 800), shade) for shade in (1, 0, 1)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    assert pictures.find_scans(out.getvalue()) == [(0, 0), (1, 0), (2, 0)]
    middle, last = (Image.open(io.BytesIO(pictures.render(out.getvalue(), number))) for number in (1, 2))
    assert (middle.getpixel((5, 5)), last.getpixel((5, 5))) == (0, 255)
    with pytest.raises(ValueError):
        pictures.render(out.getvalue(), 3)


def test_a_telephone_held_sideways() -> None:
    turned = Image.new("RGB", (800, 600))
    exif = turned.getexif()
    exif[0x0112] = 6  # To be turned by a quarter.
    out = io.BytesIO()
    turned.save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(pictures.render(out.getvalue(), 0))) as upright:
        assert upright.width < upright.height


def test_what_shines_through_is_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (600, 800), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(pictures.render(out.getvalue(), 0))) as grey:
        assert grey.getpixel((5, 5)) == 255


def test_a_photograph_is_made_small() -> None:
    with Image.open(io.BytesIO(pictures.render(page("JPEG", (4000, 3000)), 0))) as grey:
        assert grey.width * grey.height <= pictures.PAGE_PIXELS


@pytest.mark.parametrize("make", [picture_without_horizon, picture_that_swells])
def test_a_bomb_is_too_large(make: object, tmp_path: Path) -> None:
    assert callable(make)
    assert pictures.read(make(tmp_path)).flags == (Flag.TOO_LARGE,)


def test_frames_in_a_circle_end(tmp_path: Path) -> None:
    assert len(pictures.find_scans(picture_of_endless_frames(tmp_path))) <= pictures.MAX_FRAMES


@pytest.mark.parametrize("cut", [20, 200, 1200])
def test_a_picture_that_was_cut_off_is_damaged(cut: int) -> None:
    assert pictures.read(page("JPEG", quality=95)[:cut]).flags == (Flag.DAMAGED,)


def test_what_is_no_picture_is_damaged() -> None:
    assert pictures.read(b"no picture").flags == (Flag.DAMAGED,)
