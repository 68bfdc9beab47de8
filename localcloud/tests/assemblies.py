"""What does `cdk synth` write? The least of it that a deployment reads."""

from __future__ import annotations

import json

ANYWHERE = "aws://unknown-account/unknown-region"


def write(folder, stacks, environment=ANYWHERE, **sections):
    """Write a cdk.out with these stacks: name -> (template, dependencies, asset folders)."""
    artifacts = {}
    for name, (template, dependencies, assets) in stacks.items():
        (folder / f"{name}.template.json").write_text(json.dumps(template))
        manifest = {"version": "55.0.0", "files": _files(folder, assets)}
        (folder / f"{name}.assets.json").write_text(json.dumps(manifest))
        artifacts[f"{name}.assets"] = {
            "type": "cdk:asset-manifest",
            "properties": {"file": f"{name}.assets.json"},
        }
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": environment,
            "properties": {"templateFile": f"{name}.template.json"},
            "dependencies": [*dependencies, f"{name}.assets"],
        }
    manifest = {"version": "55.0.0", "artifacts": artifacts, **sections}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _files(folder, assets):
    files = {}
    for key, content in assets.items():
        path = folder / f"asset.{key}"
        if isinstance(content, dict):
            path.mkdir()
            for name, text in content.items():
                (path / name).write_text(text)
        else:
            path.write_bytes(content)
        files[key] = {
            "source": {
                "path": path.name,
                "packaging": "zip" if isinstance(content, dict) else "file",
            },
            "destinations": {
                "current": {
                    "bucketName": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}",
                    "objectKey": f"{key}.zip",
                }
            },
        }
    return files
