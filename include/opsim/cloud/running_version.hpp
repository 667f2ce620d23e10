#pragma once
/// Which version of an application a resource runs: a revision on an instance, a task definition in
/// a task. Who deploys says it; who sends requests there (workloads), or checks what answers (load
/// balancers), reads it. It is kept with the resource, so that no model owns it.
#include <string>
#include <string_view>

namespace opsim {

class Cloud;
struct Resource;

struct RunningVersion {
  std::string name = {};  // "s3://releases/web-2.zip", "web:2"; "" where nobody has deployed
  int answer = 200;       // what a health check of it gets; 0: nothing of it runs

  friend bool operator==(const RunningVersion&, const RunningVersion&) = default;
};

/// The attribute of a resource that holds the name, for who enters a resource that runs already.
inline constexpr const char* kRunningVersion = "RunningVersion";

/// Without a name where nobody has said one.
[[nodiscard]] RunningVersion version_of(Cloud& cloud, std::string_view resource);
/// As version_of, of a resource that has been looked up; null where there is none.
[[nodiscard]] std::string_view version_name(const Resource* resource);
[[nodiscard]] int version_answer(const Resource* resource);
/// Every on_health hook is told where that is news, with the health that the resource has.
void set_version(Cloud& cloud, std::string_view resource, const RunningVersion& version);

}  // namespace opsim
