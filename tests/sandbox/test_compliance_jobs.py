"""Batch compliance jobs, as a client walks through them."""

import json
import time

import pytest
import requests

from tests.sandbox.speaking import client, get


@pytest.fixture
def told(sandbox):
    """Four people and a post of each; the fifth post is gone, the sixth was never there."""
    for handle in ("ingrid", "jonas", "lea", "mia"):
        sandbox.inhabitant(handle=handle)
    posts = {handle: sandbox.say(handle=handle, text="Words") for handle in ("ingrid", "jonas", "lea", "mia")}
    posts["gone"] = sandbox.say(handle="ingrid", text="Regretted")
    sandbox.delete(id=posts["gone"])
    sandbox.protect(handle="jonas")
    sandbox.suspend(handle="lea")
    sandbox.deactivate(handle="mia")
    return posts


def completed(api, number):
    for _ in range(600):
        job = api.get_compliance_job(number)["data"]
        if job["status"] == "complete":
            return job
        assert job["status"] == "in_progress"
        time.sleep(0.05)
    raise AssertionError("the job did not end")


def test_a_job_tells_the_affected_posts_and_no_others(sandbox, told):
    api = client(sandbox)
    made = api.create_compliance_job("tweets", name="nightly")["data"]
    assert (made["status"], made["type"], made["name"], made["resumable"]) == ("created", "tweets", "nightly", False)
    body = "\n".join([*told.values(), "20"])
    assert requests.put(made["upload_url"], data=body, headers={"Content-Type": "text/plain"}, timeout=20).ok
    assert api.get_compliance_job(made["id"])["data"]["status"] == "in_progress"
    assert requests.get(made["download_url"], timeout=20).status_code == 404
    job = completed(api, made["id"])
    assert {name: job[name] for name in made if name != "status"} == {
        name: made[name] for name in made if name != "status"
    }
    lines = [json.loads(line) for line in requests.get(made["download_url"], timeout=20).text.splitlines()]
    assert {(line["id"], line["reason"]) for line in lines} == {
        (told["gone"], "deleted"),
        (told["jonas"], "protected"),
        (told["lea"], "suspended"),
        (told["mia"], "deactivated"),
    }
    assert {line["action"] for line in lines} == {"delete"}
    assert [set(line) - {"id", "action", "created_at", "reason"} for line in lines if line["id"] == told["gone"]] == [
        {"redacted_at"}
    ]


def test_a_job_for_users_tells_users(sandbox, told):
    people = client(sandbox).get_users(usernames=["ingrid", "jonas"])["data"]
    made = client(sandbox).create_compliance_job("users")["data"]
    requests.put(made["upload_url"], data="\n".join(one["id"] for one in people), timeout=20)
    completed(client(sandbox), made["id"])
    (line,) = requests.get(made["download_url"], timeout=20).text.splitlines()
    jonas = next(one["id"] for one in people if one["username"] == "jonas")
    assert (json.loads(line)["id"], json.loads(line)["reason"]) == (jonas, "protected")


def test_jobs_are_listed_by_type_and_status(sandbox):
    api = client(sandbox)
    first, second = (api.create_compliance_job("tweets")["data"]["id"] for _ in range(2))
    assert [job["id"] for job in api.get_compliance_jobs("tweets")["data"]] == [second, first]
    assert "data" not in api.get_compliance_jobs("users")
    assert "data" not in api.get_compliance_jobs("tweets", status="complete")


def test_a_job_whose_time_has_run_out_takes_no_ids(sandbox, told):
    made = client(sandbox).create_compliance_job("tweets")["data"]
    sandbox.expire_jobs()
    assert client(sandbox).get_compliance_job(made["id"])["data"]["status"] == "expired"
    assert requests.put(made["upload_url"], data="20", timeout=20).status_code == 403


def test_the_addresses_of_a_job_are_its_only_key(sandbox):
    made = client(sandbox).create_compliance_job("tweets")["data"]
    guessed = made["upload_url"].replace(made["upload_url"].split("/")[-2], "guess")
    assert requests.put(guessed, data="20", timeout=20).status_code == 404


def test_a_hundred_thousand_ids_are_one_job(sandbox, told):
    made = client(sandbox).create_compliance_job("tweets")["data"]
    body = "\n".join([*(str(number) for number in range(1, 100_000)), told["gone"]])
    assert requests.put(made["upload_url"], data=body, timeout=60).ok
    completed(client(sandbox), made["id"])
    assert len(requests.get(made["download_url"], timeout=20).text.splitlines()) == 1


def test_words_instead_of_ids_are_refused(sandbox):
    made = client(sandbox).create_compliance_job("tweets")["data"]
    assert requests.put(made["upload_url"], data="id\n12", timeout=20).status_code == 400
    assert client(sandbox).get_compliance_job(made["id"])["data"]["status"] == "created"


def test_a_job_of_no_type_is_a_400_and_an_unknown_one_an_error(sandbox):
    assert get(sandbox, "compliance/jobs").status_code == 400
    answer = get(sandbox, "compliance/jobs/12")
    assert (answer.status_code, set(answer.json())) == (200, {"errors"})
