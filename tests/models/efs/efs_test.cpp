// AWS: EFS API Reference, DeleteFileSystem, CreateMountTarget.
#include <doctest/doctest.h>

#include "models/efs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kEfsOnly[] = {&kEfs};

}  // namespace

TEST_SUITE("efs") {
  TEST_CASE("a file system with mount targets is in use") {
    SmallWorld world{kEfsOnly};
    const std::string id = world.make("AWS::EFS::FileSystem", "Files", {{"Encrypted", true}});
    const Json target{{"FileSystemId", id}, {"SubnetId", "subnet-1"}, {"SecurityGroups", {"sg-1"}}};
    const std::string mount = world.make("AWS::EFS::MountTarget", "Mount", target);
    CHECK(world.refusal("efs", "CreateMountTarget", target) == "MountTargetConflict");
    CHECK(world.refusal("efs", "DeleteFileSystem", {{"FileSystemId", id}}) == "FileSystemInUse");
    const Json told = world.must("efs", "DescribeFileSystems", {{"FileSystemId", id}});
    CHECK(told["FileSystems"][0]["LifeCycleState"] == "available");
    CHECK(told["FileSystems"][0]["NumberOfMountTargets"] == 1);
    world.must("efs", "DeleteMountTarget", {{"MountTargetId", mount}});
    world.must("efs", "DeleteFileSystem", {{"FileSystemId", id}});
    CHECK(world.refusal("efs", "DescribeFileSystems", {{"FileSystemId", id}}) ==
          "FileSystemNotFound");
  }

  TEST_CASE("what is created by a call is available a little later") {
    SmallWorld world{kEfsOnly};
    const Json made = world.must("efs", "CreateFileSystem", {{"CreationToken", "t"}});
    CHECK(made["LifeCycleState"] == "creating");
    world.run_for(10s);
    CHECK(world.must("efs", "DescribeFileSystems",
                     {{"CreationToken", "t"}})["FileSystems"][0]["LifeCycleState"] == "available");
  }
}

}  // namespace opsim::tests
