"""Photographs and scans of letters: JPEG, PNG, TIFF, WebP, HEIC, GIF, BMP. Runs inside the sandbox.

They hold no text; what they show is recognized page by page (recognition.py).
"""

from __future__ import annotations

import io

import PIL
import pillow_heif
from PIL import Image, ImageFile, ImageOps, ImageSequence, UnidentifiedImageError

from intake.vocabulary.document import Document, Flag

MAX_PIXELS = 64_000_000
"""Of one picture as it is packed: telephones take 50 million."""
PAGE_PIXELS = 3_900_000
"""Of a page that is handed on, be it smaller or larger: A4 at 200 dpi, at which recognition is best."""
MOST_ENLARGED = 2.0
"""Times that a small picture is stretched: beyond, nothing is gained."""
MAX_FRAMES = 100
"""Of a fax in TIFF that are counted."""
MIN_SIDE = 300
"""Pixels: no page that a person can read is smaller; logos and buttons are."""
FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "HEIF", "GIF", "BMP")
"""That are opened; Pillow knows sixty, and each is a risk."""

ENGINE = f"Pillow {PIL.__version__}, libheif {pillow_heif.libheif_version()}"

Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses what has twice as many.
pillow_heif.register_heif_opener(thumbnails=False)


def read(octets: bytes) -> Document:
    """No text: that it is a scan, or too large, or cannot be opened; nothing for a picture too small to be a page."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # Half a picture is damage, whoever else in this process thinks otherwise.
    try:
        with _open(octets) as picture:
            if min(picture.size) < MIN_SIDE:
                return Document(engine=ENGINE)
            picture.draft("L", picture.size)  # A third of the memory, where the format allows it.
            picture.load()
    except Image.DecompressionBombError:
        return Document(flags=(Flag.TOO_LARGE,), engine=ENGINE)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        return Document(flags=(Flag.DAMAGED,), engine=ENGINE)
    return Document(flags=(Flag.NO_TEXT_LAYER,), engine=ENGINE)


def find_scans(octets: bytes) -> list[tuple[int, int]]:
    """Frames, from 0, and before which block they belong: all before the first. Animations are one picture."""
    with _open(octets) as picture:
        frames = min(getattr(picture, "n_frames", 1), MAX_FRAMES) if picture.format == "TIFF" else 1
    return [(number, 0) for number in range(frames)]


def render(octets: bytes, number: int) -> bytes:
    """A frame as a grey picture, upright, as PGM (binary, 8 bits)."""
    with _open(octets) as picture:
        for at, frame in enumerate(ImageSequence.Iterator(picture)):
            if at == number:
                return _grey(frame)
    raise ValueError("no such frame")


def _grey(frame: Image.Image) -> bytes:
    frame.draft("L", frame.size)  # A JPEG is decoded grey at once.
    if frame.has_transparency_data:
        paper = Image.new("RGBA", frame.size, "white")
        paper.alpha_composite(frame.convert("RGBA"))
        frame = paper
    grey = ImageOps.exif_transpose(frame).convert("L")
    scale = min(MOST_ENLARGED, (PAGE_PIXELS / (grey.width * grey.height)) ** 0.5)
    grey = grey.resize((max(1, int(grey.width * scale)), max(1, int(grey.height * scale))), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    grey.save(out, "PPM")
    return out.getvalue()


def _open(octets: bytes) -> Image.Image:
    return Image.open(io.BytesIO(octets), formats=FORMATS)
