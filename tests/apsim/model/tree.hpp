// SPDX-License-Identifier: LGPL-2.1-or-later
// The /sys tree as computed from the machine's state: names to nodes, listings, link targets, attribute
// access. Nothing is stored per node, so 65,536 queues cost what their state costs.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/attribute.hpp"
#include "model/machine.hpp"
#include "model/node.hpp"

namespace apsim {

/// Something of the real /sys that shows through: a place to bind-mount it on, or a copied link.
struct Placeholder {
    Dir parent;
    std::string name;
    enum class Kind { directory, file, link } kind;
    std::string target; ///< of a link
};

class Tree {
  public:
    using Sink = std::function<void(std::string_view name, const Node&)>;

    Tree(Machine& machine, std::vector<Placeholder> placeholders);

    /// The child of that name; nothing if there is none or the directory itself is gone.
    std::optional<Node> find(const Node& dir, std::string_view name) const;

    /// Every child, names without order; nothing if the directory is gone.
    void list(const Node& dir, const Sink&) const;

    bool exists(const Node&) const;
    bool is_file(const Node& n) const { return n.type == NodeType::attribute || is_placeholder_file(n); }

    /// Permission bits of an attribute; 0755 for directories, 0777 for links.
    unsigned mode(const Node&) const;

    /// 2 and the number of subdirectories for a directory, else 1.
    unsigned links(const Node&) const;

    std::string target(const Node& link) const;

    /// Errors: ENODEV when the device is gone, EIO when the attribute cannot be read.
    Shown show(const Node& attribute) const;

    /// The kernel's lock that reading this attribute takes; null if none.
    Lock* read_lock(const Node& attribute) const;

    /// At most one page of text is taken.  Error ENODEV when the device is gone, else as the attribute says.
    Outcome store(const Node& attribute, std::string_view text);

    /// The path below /sys, with a leading slash, for messages and traces; empty when the node is gone.
    std::string path(const Node&) const;

    /// The node at a path below /sys that starts with a slash; links are followed only inside `path`'s own
    /// text.
    std::optional<Node> at(std::string_view path) const;

    /// Does a name belong to the simulated host, so that nothing real may show in its place?
    static bool owns(Dir parent, std::string_view name);

  private:
    bool is_placeholder_file(const Node&) const;
    const Placeholder& placeholder(const Node& n) const { return placeholders_[n.life]; }
    std::optional<Node> find_fixed(const Node& dir, std::string_view name) const;
    std::optional<Node> find_placeholder(Dir parent, std::string_view name) const;
    const Attribute* attribute(const Node&) const;

    Machine& machine_;
    std::vector<Placeholder> placeholders_;
};

} // namespace apsim
