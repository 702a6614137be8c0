"""Addresses of files that were left with a cloud service."""

from __future__ import annotations

import time

import pytest

from intake.decoding.links import MAX_LINKS, cloud_links, is_file

FILES = [
    "https://1drv.ms/w/s!AhX2abc",
    "https://onedrive.live.com/?cid=1&id=2",
    "https://ministry-my.sharepoint.com/:w:/g/personal/x/Eabc?e=1",
    "https://ministry.sharepoint.com/sites/icts/Shared%20Documents/answer.docx",
    "https://drive.google.com/file/d/1abc/view?usp=sharing",
    "https://drive.google.com/open?id=1abc",
    "https://docs.google.com/document/d/1abc/edit",
    "https://www.dropbox.com/s/abc/answer.pdf?dl=0",
    "https://www.dropbox.com/scl/fi/abc/answer.pdf?rlkey=x",
    "https://we.tl/t-abc123",
    "https://wetransfer.com/downloads/abc/def",
    "https://disk.yandex.ru/i/abc",
    "https://disk.yandex.com.tr/d/abc",
    "https://yadi.sk/d/abc",
    "https://cloud.mail.ru/public/abc/def",
    "https://pan.baidu.com/s/1abc",
    "https://share.weiyun.com/abc",
    "https://wx.mail.qq.com/ftn/download?func=3&key=abc",
    "http://mail.qq.com/cgi-bin/ftnExs_download?k=abc&t=exs_ftn_download&code=x",
    "https://dashi.163.com/html/cloud-attachment-download/?key=abc",
    "http://u.163.com/t0/abc",
    "https://www.icloud.com/attachment/?u=https%3A%2F%2Fcvws.icloud-content.com%2FB%2Fabc",
    "https://www.icloud.com/iclouddrive/0abc#answer",
    "https://share.icloud.com/photos/0abc",
    "https://ministry.app.box.com/s/abc",
    "https://mega.nz/file/abc#def",
    "https://mega.nz/#!abc!def",
    "https://drive.proton.me/urls/ABC#def",
    "https://www.swisstransfer.com/d/abc-def",
    "https://cloud.ministry.example/index.php/s/AbCdEfGhIjKlMnO",
    "https://nextcloud.example/s/AbCdEfGhIjKlMnO/download",
]

NONE = [
    "https://www.itu.int/en/council/cwg-internet/Pages/consultation.aspx",
    "https://www.google.com/maps?q=Geneva",
    "https://docs.google.com/forms/d/e/1abc/viewform",
    "https://www.dropbox.com/",
    "https://www.icloud.com/",
    "https://notdropbox.com/s/abc",
    "https://evil.example/https://www.dropbox.com/s/abc",
    "https://mail.ru/",
    "https://www.yandex.ru/search/?text=x",
    "https://www.example.org/s/short",
    "https://[broken/s/AbCdEfGhIjKlMnO",
]


@pytest.mark.parametrize("address", FILES)
def test_a_shared_file_is_known(address: str) -> None:
    assert cloud_links([f"Our answer: {address} (in French)"]) == (address,)


@pytest.mark.parametrize("address", NONE)
def test_other_addresses_are_none(address: str) -> None:
    assert not is_file(address)
    assert cloud_links([address]) == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "see <https://we.tl/t-a>, https://we.tl/t-b. And (https://we.tl/t-a)",
            ("https://we.tl/t-a", "https://we.tl/t-b"),
        ),
        (
            '<a href="https://drive.google.com/open?id=1&amp;x=2">answer</a>',
            ("https://drive.google.com/open?id=1&x=2",),
        ),
        ("附件：https://pan.baidu.com/s/1abc，提取码 1234", ("https://pan.baidu.com/s/1abc",)),
        (
            "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwe.tl%2Ft-a&data=05",
            ("https://we.tl/t-a",),
        ),
        ("https://www.google.com/url?q=https://we.tl/t-a&sa=D", ("https://we.tl/t-a",)),
        ("https://www.google.com/url?q=javascript:alert(1)", ()),
        ("no address", ()),
    ],
)
def test_they_are_found_as_they_lead_there(text: str, found: tuple[str, ...]) -> None:
    assert cloud_links([text]) == found


def test_no_more_than_the_limit_and_in_little_time() -> None:
    start = time.process_time()
    assert len(cloud_links([" ".join(f"https://we.tl/t-{n}" for n in range(5000))])) == MAX_LINKS
    cloud_links(["https://" * 200_000, "https://x.163.com/" + "a" * 2000 + " " * 10, "http" * 500_000])
    cloud_links(["https://" + "a." * 900 + "com/s/x " for _ in range(500)])
    assert time.process_time() - start < 3
