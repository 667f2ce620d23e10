#include "models/cloudformation/work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/kernel/scope.hpp"

namespace opsim::cloudformation {

namespace {

Process<> run_item(Stack& stack, Work& work, std::size_t index) {
  Process<std::string> act = work.act(work.items[index].number);
  std::string failure = co_await act;
  WorkItem& item = work.items[index];
  item.state = failure.empty() ? WorkItem::State::done : WorkItem::State::failed;
  item.failure = std::move(failure);
  stack.changed.notify_all();
}

bool is_ready(const Work& work, const WorkItem& item) {
  if (item.state != WorkItem::State::waiting) return false;
  return std::ranges::all_of(item.after, [&](std::uint32_t number) {
    const auto other = std::ranges::find(work.items, number, &WorkItem::number);
    return other == work.items.end() || other->state == WorkItem::State::done;
  });
}

bool any_in(const Work& work, WorkItem::State state) {
  return std::ranges::any_of(work.items, [&](const WorkItem& item) { return item.state == state; });
}

}  // namespace

std::vector<std::uint32_t> Work::in_state(WorkItem::State state) const {
  std::vector<std::uint32_t> numbers;
  for (const WorkItem& item : items)
    if (item.state == state) numbers.push_back(item.number);
  return numbers;
}

Process<> run_work(CloudFormation& cfn, Stack& stack, Work& work) {
  Scope running{cfn.sim()};
  while (true) {
    const bool failed = any_in(work, WorkItem::State::failed);
    if (work.stops_on_failure && (failed || stack.cancelled)) break;
    for (std::size_t i = 0; i < work.items.size(); ++i) {
      if (!is_ready(work, work.items[i])) continue;
      work.items[i].state = WorkItem::State::running;
      running.spawn(run_item(stack, work, i));
    }
    if (!any_in(work, WorkItem::State::running)) break;
    Signal::Wait wait = stack.changed.wait();
    co_await wait;
  }
}

std::vector<WorkItem> forward_items(const Assembly& assembly) {
  std::vector<WorkItem> items;
  for (const std::uint32_t number : assembly.order())
    if (assembly.wanted(number)) items.push_back({number, assembly.needs(number)});
  return items;
}

std::vector<WorkItem> backward_items(const Assembly& assembly,
                                     const std::set<std::uint32_t>& numbers) {
  std::vector<WorkItem> items;
  const auto order = assembly.order();
  for (auto number = order.rbegin(); number != order.rend(); ++number)
    if (numbers.contains(*number)) items.push_back({*number});
  for (const std::uint32_t user : numbers)
    for (const std::uint32_t needed : assembly.needs(user)) {
      const auto item = std::ranges::find(items, needed, &WorkItem::number);
      if (item != items.end()) item->after.push_back(user);
    }
  return items;
}

std::string names_of(const Assembly& assembly, const std::vector<std::uint32_t>& numbers) {
  std::vector<std::uint32_t> sorted = numbers;
  std::ranges::sort(sorted);
  std::vector<std::string> names;
  for (const std::uint32_t number : sorted)
    names.push_back(assembly.text().resources()[number].logical_id);
  return fmt::format("[{}]", fmt::join(names, ", "));
}

}  // namespace opsim::cloudformation
