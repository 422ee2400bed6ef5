#ifndef SUPERVISOR_SWAP_H
#define SUPERVISOR_SWAP_H

/* What goes over to another configuration is exchanged with its old place. */
#define SWAP(type, a, b)                                                                 \
	do {                                                                             \
		type swapped = (a);                                                      \
		(a) = (b);                                                               \
		(b) = swapped;                                                           \
	} while (0)

#endif
