"""A believable Chinese property-management company of any size, invented from a seed, as files of the data contract.

Same arguments, same bytes, on any machine and Python. ``generator`` makes it community by community (memory does not
grow with it); each area is one module that begins with what it assumes, as prose and as tables: ``company`` (size,
regions, developers), ``estate`` (buildings, units), ``people`` (owners, tenants, payers, prospects), ``workforce``
and ``roster``, ``topics``, ``cases`` and ``case_life``, ``calls``, ``vacancies``, ``metering``, ``money`` and
``payments``, ``custody``, ``policies``. ``messy`` writes the same as offices really keep their files.

An area to be added takes a `Place`, draws from its own stream (``place.draw("name")``) and emits rows; then it is
called in ``generator.generate_community`` and its columns stand in ``layout``. Nothing else changes, not even a drawn
number.
"""
